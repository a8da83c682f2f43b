"""Building a stacking rule by hand: the menu of kinds, a draft that may still be unfinished, what is wrong with it, and its picture."""
