## An item per output, or per small vector of outputs: which one, and where it lies.
## in: the kernel's arguments.
## out: ow, line, outer, channel, and what work_items leaves; items beyond the output return.
<%namespace name="items" file="/common/work_items.mako"/>

## Position `ow` of row `line` of plane `outer` of the output; items beyond the output leave.
<%def name="position(ow='get_global_id(0)')">
// The output of this item.
const ${spec.position} ow = ${ow};
const ${spec.position} line = get_global_id(1);
const uint outer = get_global_id(2);
// The range is rounded up to whole groups.
if (ow >= g.out_w || line >= ${items.lines()} || outer >= g.outer0 * g.outer1) return;
</%def>

## Whether channels may be the innermost axis.
<%def name="channels()"><% return spec.layout == "last" and not spec.by_planes %></%def>

## That output, and where its windows start. Channels come first where they are the innermost axis.
<%def name="item(lanes)">
% if channels():
const uint vectors = ${over("(uint)g.inner", lanes.n)};
${position("get_global_id(0) / vectors")}
const ${spec.position} channel = ${times("(get_global_id(0) % vectors)", lanes.n)};
% else:
${position()}
% endif
${items.planes()}
% if channels():
plane += channel;
% endif
${items.line()}
</%def>

## Where the output of an item lies in memory.
<%def name="at()" buffered="True" filter="trim">
    y_row + ow${" * g.y_w" if spec.layout == "last" else ""}${" + channel" if channels() else ""}
</%def>
