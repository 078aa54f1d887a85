"""The window: the only place that knows Qt. It shows rows, renders forms and starts verbs; it never does SQL."""

import desktop.ui.binding  # noqa: F401 first: it spares the sources of all others
from desktop.ui.references import keep_constants

keep_constants()
