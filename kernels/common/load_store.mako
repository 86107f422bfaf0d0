## How elements come from memory as accumulators, and go back; one text for every width.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="half_" file="/common/half.mako"/>
<%namespace name="streamed" file="/common/nontemporal.mako"/>

<%def name="read(lanes, base, space, address)" buffered="True" filter="trim">
% if lanes.n == 1:
*${atom(address)}
% else:
${dialect.vload(base, lanes.n, space, address)}
% endif
</%def>

<%def name="write(lanes, base, space, address, value)" buffered="True" filter="trim">
% if lanes.n == 1:
*${atom(address)} = ${value};
% elif spec.stream and space == "__global":
${streamed.store(lanes, base, address, value)}
% else:
${dialect.vstore(base, lanes.n, space, address, value)};
% endif
</%def>

<%def name="convert(lanes, base, value)" buffered="True" filter="trim">
% if lanes.n == 1:
(${base})${atom(value)}
% else:
${dialect.convert(lanes.of(base), value)}
% endif
</%def>

## Stores a converted value at `to`; stores past the cache name it more than once.
<%def name="keep(lanes, base, value)">
% if lanes.n > 1 and spec.stream and not value.isidentifier():
    const ${lanes.of(base)} stored = ${value};
    ${write(lanes, base, "__global", "to", "stored")}
% else:
    ${write(lanes, base, "__global", "to", value)}
% endif
</%def>

## Whether elements are decoded by a function: halves, but for those that OpenCL itself reads.
<%def name="halves()"><% return spec.dtype.name in ("float16", "bfloat16") %></%def>

## The accumulators of raw elements.
<%def name="decoded(lanes, raw)" buffered="True" filter="trim">
% if spec.keyed or halves():
decode${lanes.n}(${raw})
% elif spec.accumulator == spec.dtype.storage:
${raw}
% elif spec.dtype.kind == "int" and spec.mode.sums:
as_${lanes.of("ulong")}(${convert(lanes, "long", raw)})
% else:
${convert(lanes, spec.accumulator, raw)}
% endif
</%def>

<%def name="load(lanes, aligned)"><%
    base = spec.dtype.storage
    bits = "ushort" if halves() else base
    cast = base == "half" and (lanes.n == 1 or spec.dialect == "portable")
    of = f"(const __global {bits} *)from" if cast else "from"
%>
% if spec.dtype.name == "float16" and spec.dialect == "portable":
static ${lanes.value} load${lanes.n}(const __global half *from)
{
    return ${convert(lanes, spec.accumulator, f"vload_half{lanes.suffix}(0, from)")};
}
% else:
%   if halves():
static ${lanes.value} decode${lanes.n}(const ${lanes.of(bits)} raw)
{
%     if spec.keyed:
    ${half_.to_key(lanes)}
%     else:
    ${half_.decode(lanes)}
    return ${"value" if spec.accumulator == "float" else convert(lanes, spec.accumulator, "value")};
%     endif
}

%   endif
static ${lanes.value} load${lanes.n}(const __global ${base} *from)
{
%   if aligned and not halves():
    return ${decoded(lanes, f"*(const __global {lanes.of(base)} *)from")};
%   else:
    return ${decoded(lanes, read(lanes, bits, "__global", of))};
%   endif
}
% endif
</%def>

<%def name="store(lanes, aligned)"><%
    base = spec.out.storage
    value = "value" if spec.accumulator == base else convert(lanes, base, "value")
%>
static void store${lanes.n}(__global ${base} *to, const ${lanes.value} value)
{
% if spec.keyed:
    ${half_.from_key(lanes)}
% elif spec.out.name in ("float16", "bfloat16"):
    ${half_.encode(lanes)}
% elif aligned:
    *(__global ${lanes.of(base)} *)to = ${value};
% else:
    ${keep(lanes, base, value)}
% endif
}
</%def>
