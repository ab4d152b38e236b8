"""`/reconcile`: the Entity Reconciliation API of the W3C community group, on the register of organisations and on territories."""
