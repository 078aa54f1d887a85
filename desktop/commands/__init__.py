"""The command line's verbs, one module for what belongs together; heavy imports only in the verb that needs them."""
