"""What is published of the devices: the process that puts what people enter into the graph, and who tells it."""
