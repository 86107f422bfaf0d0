## Private rows of accumulators, reading and writing them; every stride-th element of any row.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="memory" file="/common/load_store.mako"/>

<%def name="access(lanes, base, name)">
static ${lanes.of(base)} get${name}${lanes.n}(const ${base} *from) { return ${memory.read(lanes, base, "__private", "from")}; }
static void put${name}${lanes.n}(${base} *to, const ${lanes.of(base)} value) { ${memory.write(lanes, base, "__private", "to", "value")} }
</%def>

## Every stride-th element: `every` from the first on, `later` without reading behind the last, which
## needs an element before the first; both from memory. `pick` reads accumulators.
<%def name="every(lanes)"><%
    stride, n, base = along("w").stride, lanes.n, spec.dtype.storage
    bits = "ushort" if base == "half" else base
    of = f"(const __global {bits} *)from" if base == "half" else "from"
%>
% for name, odd in (("every", 0), ("later", 1)):
static ${lanes.value} ${name}${n}(const __global ${base} *from)
{
% if stride == 1 or n == 1:
    return load${n}(from);
% elif spec.dialect == "portable":
    return (${lanes.value})(${", ".join(f"load1(from + {lane * stride})" for lane in range(n))});
% elif stride == 2:
    return decode${n}(${dialect.alternate(bits, n, "__global", f"{of} - {odd}", odd)});
% else:
    return decode${n}((${lanes.of(bits)})(${", ".join(f"({of})[{lane * stride}]" for lane in range(n))}));
% endif
}
% endfor

${pick(lanes, spec.accumulator, "")}
% if spec.index:
${pick(lanes, spec.position, "_index")}
% endif
</%def>

<%def name="pick(lanes, base, name)"><% stride, n = along("w").stride, lanes.n %>
static ${lanes.of(base)} pick${name}${n}(const ${base} *from)
{
% if stride == 1 or n == 1:
    return get${name}${n}(from);
% elif stride == 2 and spec.dialect == "clang":
    return ${dialect.alternate(base, n, "__private", "from", 0)};
% else:
    return (${lanes.of(base)})(${", ".join(f"from[{lane * stride}]" for lane in range(n))});
% endif
}
</%def>

## Access to private values, and to positions where the mode keeps them.
<%def name="vectors(lanes, positions)">
${access(lanes, spec.accumulator, "")}
% if positions:
${access(lanes, spec.position, "_index")}
% endif
</%def>

<%def name="functions(lanes)">
${vectors(lanes, spec.index)}
${every(lanes)}
</%def>
