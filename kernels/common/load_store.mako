## How elements come from memory as accumulators, and go back; one text for every width.
## in: from, to and value inside the functions.
## out: the functions decode, load and store of the width.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="half_" file="/common/half.mako"/>
<%namespace name="keys" file="/common/order_keys.mako"/>

## Whether elements are decoded by a function: halves, but for those that OpenCL itself reads.
<%def name="halves()"><% return spec.dtype.name in ("float16", "bfloat16") %></%def>

## The accumulators of raw elements.
<%def name="decoded(lanes, raw)" buffered="True" filter="trim">
% if spec.integer_compare or halves():
decode${lanes.n}(${raw})
% elif spec.accumulator == spec.dtype.storage:
${raw}
% elif spec.dtype.kind == "int" and spec.mode.sums and not spec.short_sums:
as_${lanes.of("ulong")}(${memory.convert(lanes, "long", raw)})
% else:
${memory.convert(lanes, spec.accumulator, raw)}
% endif
</%def>

<%def name="load(lanes, aligned)"><%
    base = spec.dtype.storage
    bits = "ushort" if halves() else base
    builtin = spec.dtype.name == "float16" and spec.dialect == "portable"
    cast = base == "half" and (lanes.n == 1 or spec.dialect == "portable")
    of = f"(const __global {bits} *)from" if cast else "from"
%>
% if builtin and not (aligned or spec.integer_compare):
static ${lanes.value} load${lanes.n}(const __global half *from)
{
    return ${memory.convert(lanes, spec.accumulator, f"vload_half{lanes.suffix}(0, from)")};
}
% else:
%   if spec.integer_compare or halves():
static ${lanes.value} decode${lanes.n}(const ${lanes.of(bits)} raw)
{
%     if spec.integer_compare:
    ${keys.to_key(lanes)}
%     elif builtin:
<% read = f"vload_half{lanes.suffix}(0, (const __private half *)&raw)" %>\
    return ${memory.convert(lanes, spec.accumulator, read)};
%     else:
    ${half_.decode(lanes)}
    return ${"value" if spec.accumulator == "float" else memory.convert(lanes,
        spec.accumulator, "value")};
%     endif
}

%   endif
static ${lanes.value} load${lanes.n}(const __global ${base} *from)
{
%   if aligned and (spec.dialect == "portable" or not halves()):
    return ${decoded(lanes, f"*(const __global {lanes.of(bits)} *)from")};
%   else:
    return ${decoded(lanes, memory.read(lanes, bits, "__global", of))};
%   endif
}
% endif
</%def>

<%def name="store(lanes, aligned)"><%
    base = spec.out.storage
    value = "value" if spec.accumulator == base else memory.convert(lanes, base, "value")
%>
static void store${lanes.n}(__global ${base} *to, const ${lanes.value} value)
{
% if spec.integer_compare:
    ${keys.from_key(lanes)}
% elif spec.out.name in ("float16", "bfloat16"):
    ${half_.encode(lanes, aligned)}
% elif aligned:
    *(__global ${lanes.of(base)} *)to = ${value};
% else:
    ${memory.keep(lanes, base, value)}
% endif
}
</%def>
