"""Which values a column of a table can have at all, by its type."""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn import model

_MAX_LINKS = 20
"""Types may name one another in a circle."""


class AllowedValues:
    """`items` are the item definitions by name, `variables` the declared types of names in sight."""

    def __init__(self, items: Mapping[str, model.ItemDefinition], variables: Mapping[str, str]) -> None:
        self._items = items
        self._variables = variables

    def of_type(self, type_ref: str) -> model.Text | None:
        """The allowed values of a type; None if all are, or if it is a collection."""
        item = self._items.get(type_ref)
        return None if item is None else self._of_item(item)

    def of_input(self, column: model.InputClause) -> model.Text | None:
        """Those of the column's own type, else of the variable or component that its expression names."""
        if column.expression.type_ref:
            own = self.of_type(column.expression.type_ref)
            if own is not None:
                return own
        name, *path = (part.strip() for part in column.expression.text.text.split("."))
        item = self._items.get(self._variables.get(name, ""))
        for step in path:
            parts = self._components(item)
            item = next((part for part in parts if part.name == step), None)
        return None if item is None else self._of_item(item)

    def _of_item(self, item: model.ItemDefinition) -> model.Text | None:
        for _ in range(_MAX_LINKS):
            if item.is_collection:
                return None
            if item.allowed_values is not None:
                return item.allowed_values
            following = self._items.get(item.type_ref)
            if following is None:
                return None
            item = following
        return None

    def _components(self, item: model.ItemDefinition | None) -> tuple[model.ItemDefinition, ...]:
        for _ in range(_MAX_LINKS):
            if item is None or item.is_collection:
                return ()
            if item.components:
                return item.components
            item = self._items.get(item.type_ref)
        return ()
