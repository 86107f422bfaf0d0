## look: one item per index, which says whether it is none of the taps of its own window.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">A work-item tells an index apart: a tap of its own window, or none.</%def>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="positions" file="/common/index_words.mako"/>
<%namespace name="looks" file="/common/index_verdict.mako"/>

<%def name="functions()">
${single.functions()}
% if spec.block:
${positions.load(lanes_of(1), aligned=False)}
% endif
</%def>

${signature.kernel()}
{
    ${single.item()}
% if spec.block:
    const __global ${spec.dtype.storage} *plane = x + x_plane;
% endif
    ${looks.line("y_plane")}
    ${looks.column()}
    ${looks.one("ow * g.x_w", "ow * g.y_w")}
    if (astray) *refused = 1;
}
