## Private rows of accumulators: reading and writing them, and every stride-th element of one.
<%namespace name="dialect" file="${'/preamble/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="memory" file="/memory.mako"/>

<%def name="access(lanes, base, name)">
static ${lanes.of(base)} get${name}${lanes.n}(const ${base} *from) { return ${memory.read(lanes, base, "__private", "from")}; }
static void put${name}${lanes.n}(${base} *to, const ${lanes.of(base)} value) { ${memory.write(lanes, base, "__private", "to", "value")} }
</%def>

<%def name="every(lanes)"><% stride = along("w").stride %>
static ${lanes.value} every${lanes.n}(const ${spec.accumulator} *from)
{
% if stride == 1 or lanes.n == 1:
    return get${lanes.n}(from);
% elif stride == 2:
    return ${dialect.even(spec.accumulator, lanes.n, "from")};
% else:
    return (${lanes.value})(${", ".join(f"from[{lane * stride}]" for lane in range(lanes.n))});
% endif
}
</%def>

<%def name="functions(lanes)">
${access(lanes, spec.accumulator, "")}
% if spec.index:
${access(lanes, spec.position, "_index")}
% endif
${every(lanes)}
</%def>
