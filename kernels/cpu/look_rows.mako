## look, an item per band of rows: the CPU shape.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">Every index is told apart: a tap of its own window, or none.</%def>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="looks" file="/common/index_verdict.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
${signature.kernel()}
{
    ${rows.band()}
    int any = 0;
    for (long next = first; next < last;) {
        ${rows.plane()}
        for (; line < stop; ++line) {
            ${items.place()}
            ${looks.line("g.y_offset + y_plane")}
            ${ahead.row("row", spec.dtype.size, "0", "g.out_w * g.inner",
                spec.thresholds.prefetch_bytes)}
            if (g.inner == 1 && g.x_w == 1 && g.y_w == 1) {
                for (${spec.position} ow = 0; ow < g.out_w; ++ow) {
                    ${looks.column()}
                    ${looks.one("ow", "ow")}
                    any |= astray;
                }
            } else {
                for (${spec.position} ow = 0; ow < g.out_w; ++ow) {
                    ${looks.column()}
                    for (${spec.position} channel = 0; channel < g.inner; ++channel) {
                        ${looks.one("ow * g.x_w + channel", "ow * g.y_w + channel")}
                        any |= astray;
                    }
                }
            }
        }
    }
    if (any) *refused = 1;
}
