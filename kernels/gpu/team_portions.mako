## The states of the portions of an output's taps, in memory between two kernels.
## in: states, g; acc of store().
## out: stores; of read() member; channel, ow, oh, od, y_plane; acc0.
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>

<%def name="parts()"><% return ["value", *spec.mode.fields] + ["index"] * bool(spec.index) %></%def>
<%def name="vectors()"><%
    return over("(uint)g.inner", spec.width) if spec.layout == "last" else ""
%></%def>

## Stores the state of portion number `item`, of a vector of channels.
<%def name="store(lanes, item, vector)">
const uint place = ${f"{item} * ({vectors()}) + {vector}" if vectors() else item};
% for part in parts():
states[place].${part} = acc.${part};
% endfor
</%def>

## Combines the states of some portions of the group's output, in the order of portions.
<%def name="read(lanes, members)"><%
    place = "number * (uint)g.portions + portion"
    place = f"({place}) * vectors + vector" if vectors() else place
%>
const uint member = get_local_id(0), group = get_global_id(0) / ${members};
% if vectors():
const uint vectors = ${vectors()}, number = group / vectors, vector = group - number * vectors;
const ${spec.position} channel = ${times("(int)vector", spec.width)};
% else:
const uint number = group;
% endif
${flat.places("number")}
state${lanes.n} acc0 = identity${lanes.n}();
for (uint portion = member; portion < (uint)g.portions; portion += ${members}) {
    const uint place = ${place};
    state${lanes.n} one;
% for part in parts():
    one.${part} = states[place].${part};
% endfor
    acc0 = ${merge.merging(lanes)}(acc0, one);
}
</%def>
