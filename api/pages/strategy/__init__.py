"""Pages of strategies: their axes, actions, objectives and budgets, and two of them compared."""
