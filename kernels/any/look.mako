## look: one item per index, which says whether it is none of the taps of its own window.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">A work-item tells an index apart: a tap of its own window, or none.</%def>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="looks" file="/common/index_verdict.mako"/>
${items.kernel()}
{
    ${single.position("get_global_id(0) / (uint)g.inner")}
    const ${spec.position} channel = get_global_id(0) % (uint)g.inner;
    ${items.planes()}
    ${items.place()}
    ${looks.line()}
    ${looks.column()}
    ${looks.one("ow * g.x_w + channel", "ow * g.y_w + channel")}
    if (astray) *refused = 1;
}
