"""What every answer to a query needs: the request read, the answer kept, relayed and described in headers."""
