"""One door to the folds: state is computed from facts, never stored as truth (design law 3)."""

from sync.records.agreement_state import effective_on as effective_on
from sync.records.cards import Folded as Folded
from sync.records.cards import fold_card as fold_card
from sync.records.matter_state import MatterStage as MatterStage
from sync.records.matter_state import MatterState as MatterState
from sync.records.matter_state import Moments as Moments
from sync.records.matter_state import fold_matter as fold_matter
from sync.records.mediation_events import open_suspensions as open_suspensions
from sync.records.mediation_events import suspended_for as suspended_for
from sync.records.open_clocks import is_late as is_late
from sync.records.order_stages import OrderStage as OrderStage
from sync.records.order_state import DepartmentState as DepartmentState
from sync.records.order_state import OrderState as OrderState
from sync.records.order_state import fold_order as fold_order
from sync.records.seen import Doubt as Doubt
