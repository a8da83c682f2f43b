"""The pages of this room: public documents for machines, and the provider's desk."""
