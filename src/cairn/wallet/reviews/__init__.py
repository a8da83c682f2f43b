"""Reviews: what people who prove that they hold a credential say of it."""
