## One run of contiguous elements: many vectors in turn, then single ones, then elements.
## in: row, length; flat_row and steps with indices; part0, acc.
## out: part0 and acc, with the run combined into them.
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>

## `add` combines the vector at an offset into a numbered part.
<%def name="reduce(add)"><%
    n, deep = spec.width, spec.thresholds.contiguous_vectors
    one, many = lanes_of(1), lanes_of(n)
%>
${spec.position} at = 0;
// Many vectors at once, then single ones, then elements.
if (length >= ${2 * deep * n}) {
% for v in range(1, deep):
    state${n} part${v} = identity${n}();
% endfor
    for (; at + ${deep * n} <= length; at += ${deep * n}) {
        ${ahead.read("row + at", deep * n)}
% for v in range(deep):
        ${add(v, plus("at", v * n))}
% endfor
    }
% for v in range(1, deep):
    part0 = ${merge.merging(many)}(part0, part${v});
% endfor
}
for (; at + ${n} <= length; at += ${n}) ${add(0, "at")}
for (; at < length; ++at) acc = ${merge.merging(one)}(acc, tap1(${taps.mapped(one,
    "row + at")}${", flat_row + at" if spec.index else ""}));
</%def>
