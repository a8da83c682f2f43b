"""As much of JSON Schema 2020-12 as the stacking schemas use, to hold documents to them."""

import re

KNOWN = {
    "$schema", "$ref", "$defs", "title", "type", "const", "enum", "anyOf", "oneOf", "properties", "required", "additionalProperties",
    "minProperties", "items", "minItems", "uniqueItems", "minimum", "maximum", "minLength", "pattern",
    "exclusiveMinimum", "exclusiveMaximum", "maxLength", "dependentSchemas", "description",
}  # fmt: skip
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def faults(schema, value, path="$", root=None):
    """Where the value does not keep to the schema. A word of the schema that is not known here is a fault too."""
    root = root or schema
    if schema is False:
        return [f"{path}: must not be there"]
    if set(schema) - KNOWN:
        return [f"{path}: unknown words {sorted(set(schema) - KNOWN)}"]
    found = []
    if "$ref" in schema:
        target = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        found += faults(target, value, path, root)
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: not one of {schema['enum']}")
    for word, right in (("anyOf", lambda n: n > 0), ("oneOf", lambda n: n == 1)):
        if word in schema and not right(sum(not faults(one, value, path, root) for one in schema[word])):
            found.append(f"{path}: {word}")
    if "type" in schema and not is_type(schema["type"], value):
        return [*found, f"{path}: not of type {schema['type']}"]
    if isinstance(value, dict):
        for name, more in schema.get("dependentSchemas", {}).items():
            found += faults(more, value, path, root) if name in value else []
        own = schema.get("properties", {})
        other = [name for name, one in own.items() if one and "const" in one and value.get(name) != one["const"]]
        if other:  # of another kind: what is inside it need not be looked at
            return [*found, f"{path}: {other[0]} is not {own[other[0]]['const']!r}"]
        found += [f"{path}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        found += [f"{path}: too few" for _ in range(len(value) < schema.get("minProperties", 0))]
        for name, inner in value.items():
            more = schema.get("additionalProperties", True)
            if name in own:
                found += faults(own[name], inner, f"{path}.{name}", root)
            elif more is False:
                found.append(f"{path}: {name} is not known")
            elif more is not True:
                found += faults(more, inner, f"{path}.{name}", root)
    if isinstance(value, list):
        found += [f"{path}: too few" for _ in range(len(value) < schema.get("minItems", 0))]
        if schema.get("uniqueItems") and any(one in value[:number] for number, one in enumerate(value)):
            found.append(f"{path}: something stands twice")
        for number, inner in enumerate(value):
            found += faults(schema.get("items", {}), inner, f"{path}[{number}]", root)
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)) or (
            "pattern" in schema and not re.search(schema["pattern"], value)
        ):
            found.append(f"{path}: {value!r} does not fit")
    elif isinstance(value, int | float) and (
        not schema.get("minimum", value) <= value <= schema.get("maximum", value)
        or not schema.get("exclusiveMinimum", value - 1) < value < schema.get("exclusiveMaximum", value + 1)
    ):
        found.append(f"{path}: out of range")
    return found


def is_type(name, value):
    if name in ("integer", "number"):
        return not isinstance(value, bool) and isinstance(value, int if name == "integer" else int | float)
    return isinstance(value, TYPES[name])
