"""The projector's engine. It knows no school: it is given a catalog and definitions."""
