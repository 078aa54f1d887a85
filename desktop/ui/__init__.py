"""The window: the only place that knows Qt. It shows rows, renders forms and starts verbs; it never does SQL."""

from desktop.ui.references import keep_constants

keep_constants()
