## How elements come from memory as accumulators, and go back; one text for every width.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="half_" file="/common/half.mako"/>
<%namespace name="streamed" file="/common/nontemporal.mako"/>

<%def name="read(lanes, base, space, address)" buffered="True" filter="trim">
% if lanes.n == 1:
*(${address})
% else:
${dialect.vload(base, lanes.n, space, address)}
% endif
</%def>

<%def name="write(lanes, base, space, address, value)" buffered="True" filter="trim">
% if lanes.n == 1:
*(${address}) = ${value};
% elif spec.stream and space == "__global":
${streamed.store(lanes, base, address, value)}
% else:
${dialect.vstore(base, lanes.n, space, address, value)};
% endif
</%def>

<%def name="convert(lanes, base, value)" buffered="True" filter="trim">
% if lanes.n == 1:
(${base})(${value})
% else:
${dialect.convert(lanes.of(base), value)}
% endif
</%def>

<%def name="load(lanes, aligned)"><%
    base, half = spec.dtype.storage, spec.dtype.name in ("float16", "bfloat16")
    bits = "ushort" if half else base
    of = f"(const __global {bits} *)from" if base == "half" else "from"
%>
% if spec.dtype.name == "float16" and spec.dialect == "portable":
static ${lanes.value} load${lanes.n}(const __global half *from)
{
    return ${convert(lanes, spec.accumulator, f"vload_half{lanes.suffix}(0, from)")};
}
% else:
static ${lanes.value} decode${lanes.n}(const ${lanes.of(bits)} raw)
{
%   if spec.keyed:
    ${half_.to_key(lanes)}
%   elif half:
    ${half_.decode(lanes)}
    return ${convert(lanes, spec.accumulator, "value")};
%   elif spec.accumulator == base:
    return raw;
%   elif spec.dtype.kind == "int" and spec.mode.sums:
    return as_${lanes.of("ulong")}(${convert(lanes, "long", "raw")});
%   else:
    return ${convert(lanes, spec.accumulator, "raw")};
%   endif
}

static ${lanes.value} load${lanes.n}(const __global ${base} *from)
{
%   if aligned and not half:
    return decode${lanes.n}(*(const __global ${lanes.of(base)} *)from);
%   else:
    return decode${lanes.n}(${read(lanes, bits, "__global", of)});
%   endif
}
% endif
</%def>

<%def name="store(lanes, aligned)"><% base = spec.out.storage %>
static void store${lanes.n}(__global ${base} *to, const ${lanes.value} value)
{
% if spec.keyed:
    ${half_.from_key(lanes)}
% elif spec.out.name in ("float16", "bfloat16"):
    ${half_.encode(lanes)}
% else:
    const ${lanes.of(base)} stored = ${"value" if spec.accumulator == base else convert(lanes, base, "value")};
%   if aligned:
    *(__global ${lanes.of(base)} *)to = stored;
%   else:
    ${write(lanes, base, "__global", "to", "stored")}
%   endif
% endif
}
</%def>
