<%! from clpool.spec import scalar_size %>
## How elements come from memory as accumulators, and go back; one text for every width.
<%namespace name="dialect" file="${'/preamble/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="half_" file="/half.mako"/>
<%namespace name="private" file="/private.mako"/>

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
<% whole = 16 // scalar_size(base) %>\
%   for first in range(0, lanes.n, whole):
${dialect.stream(f"{base}{whole}", f"({address}) + {first}", dialect.part(value, first, whole) if lanes.n > whole else value)};
%   endfor
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

<%def name="functions(lanes)">
<% aligned = lanes.n > 1 and spec.shift is not None %>
${load(lanes, aligned)}
${store(lanes, aligned)}
% if spec.index:
static void store_index${lanes.n}(__global ${spec.index_storage} *to, const ${lanes.index} index)
{
    const ${lanes.of(spec.index_storage)} stored = ${convert(lanes, spec.index_storage, "index")};
    ${write(lanes, spec.index_storage, "__global", "to", "stored")}
}
% endif
% if "total" in spec.mode.takes:
static ${lanes.value} load_wide${lanes.n}(const __global ${spec.accumulator} *from) { return ${read(lanes, spec.accumulator, "__global", "from")}; }
% endif
% if "chosen" in spec.mode.takes and spec.mode.lifts:
// Whether the windows of these taps chose the element `here`.
<% mask_base = lanes.mask.removesuffix(lanes.suffix) if lanes.n > 1 else "int" %>\
static ${lanes.mask} chose${lanes.n}(const __global ${spec.chosen_storage} *from, const ${spec.position} here)
{
    const ${lanes.index} chosen = ${convert(lanes, spec.position, read(lanes, spec.chosen_storage, "__global", "from"))};
    const ${lanes.index_mask} same = chosen == here;
    return ${"same" if lanes.n == 1 or lanes.mask == lanes.index_mask else convert(lanes, mask_base, "same")};
}
% endif
% if spec.template in ("rows", "rows_running", "rows_down"):
${private.functions(lanes)}
% elif spec.template == "rows_listed":
${private.access(lanes, spec.accumulator, "")}
%   if spec.index:
${private.access(lanes, spec.position, "_index")}
%   endif
% elif spec.template == "rows_covering":
${private.access(lanes, spec.accumulator, "")}
%   if "chosen" in spec.mode.takes:
${private.access(lanes, spec.position, "_index")}
%   endif
% endif
</%def>
