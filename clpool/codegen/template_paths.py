"""The file of every skeleton, so that labels of kernels outlive moves of templates."""

from __future__ import annotations

#: :attr:`KernelSpec.template` to the path of its file in ``kernels``.
SKELETONS = {
    "direct": "/gpu/direct.mako",
    "group": "/gpu/group.mako",
    "outputs": "/gpu/outputs.mako",
    "outputs_listed": "/gpu/outputs_listed.mako",
    "tile": "/gpu/tile.mako",
    "tile_listed": "/gpu/tile_listed.mako",
    "rows": "/cpu/rows/rows.mako",
    "rows_down": "/cpu/register_rows/register_rows.mako",
    "rows_running": "/cpu/van_herk.mako",
    "rows_covering": "/cpu/gradient_rows/gradient_rows.mako",
    "rows_listed": "/cpu/listed_rows/listed_rows.mako",
    "runs": "/cpu/contiguous.mako",
    "channels": "/cpu/channels_last/channels_last.mako",
    "scatter_outputs": "/gpu/scatter_outputs.mako",
    "scatter_group": "/gpu/scatter_group.mako",
    "take_outputs": "/gpu/take_outputs.mako",
    "rank_outputs": "/gpu/rank_outputs.mako",
    "take_rows": "/cpu/gather_rows.mako",
    "look_rows": "/cpu/look_rows.mako",
    "rank": "/any/order_statistic.mako",
    "draw": "/any/sample.mako",
    "scatter": "/any/scatter.mako",
    "take": "/any/gather.mako",
    "look": "/any/look.mako",
}
