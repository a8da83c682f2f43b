"""How one gets in: settings, addresses, command line, subscriptions, the demo and the WSGI entry."""
