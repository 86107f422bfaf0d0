## Private rows of accumulators, reading and writing them; every stride-th element of any row.
## in: load1 and decode of the width.
## out: the functions get and put, of positions too; every, later and pick of the width.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="whole" file="/common/load_store.mako"/>

<%def name="access(lanes, base, name)">
static ${lanes.of(base)} get${name}${lanes.n}(const ${base} *from) { return ${memory.read(lanes,
    base, "__private", "from")}; }
static void put${name}${lanes.n}(${base} *to, const ${lanes.of(base)} value) { ${memory.write(lanes,
    base, "__private", "to", "value")} }
</%def>

## Whether elements a stride apart are neighbours.
<%def name="dense(lanes)"><% return along("w").stride == 1 or lanes.n == 1 %></%def>

## Every stride-th element from the address on: `every` from the first on, `later` without reading
## behind the last, which needs an element before the first.
<%def name="strided(lanes, name, address)" buffered="True" filter="trim">
    ${"load" if dense(lanes) else name}${lanes.n}(${address})
</%def>

## The same of accumulators, or of positions.
<%def name="picked(lanes, name, address)" buffered="True" filter="trim">
    ${"get" if dense(lanes) else "pick"}${name}${lanes.n}(${address})
</%def>

## The functions of these.
<%def name="every(lanes)"><%
    stride, n, base = along("w").stride, lanes.n, spec.dtype.storage
    bits = "ushort" if base == "half" else base
    array = f"((const __global {bits} *)from)" if base == "half" else "from"
%>
% if not dense(lanes):
%   for name, odd in (("every", 0), ("later", 1)):
static ${lanes.value} ${name}${n}(const __global ${base} *from)
{
%     if spec.dialect == "portable":
    return (${lanes.value})(${", ".join(f"load1({plus('from', lane * stride)})"
        for lane in range(n))});
%     elif stride == 2:
    return ${whole.decoded(lanes, dialect.alternate(bits, n, "__global", plus("from", -odd), odd))};
%     else:
    return ${whole.decoded(lanes,
        f"({lanes.of(bits)})({', '.join(f'{array}[{lane * stride}]' for lane in range(n))})")};
%     endif
}

%   endfor
${pick(lanes, spec.accumulator, "")}
%   if spec.index:
${pick(lanes, spec.position, "_index")}
%   endif
% endif
</%def>

<%def name="pick(lanes, base, name)"><% stride, n = along("w").stride, lanes.n %>
static ${lanes.of(base)} pick${name}${n}(const ${base} *from)
{
% if stride == 2 and spec.dialect == "clang":
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
