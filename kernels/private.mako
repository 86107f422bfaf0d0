## Private rows: of accumulators and of states, reading and writing them, every stride-th element.
<%namespace name="dialect" file="${'/preamble/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="memory" file="/memory.mako"/>

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

static ${lanes.value} pick${n}(const ${spec.accumulator} *from)
{
% if stride == 1 or n == 1:
    return get${n}(from);
% elif stride == 2 and spec.dialect == "clang":
    return ${dialect.alternate(spec.accumulator, n, "__private", "from", 0)};
% else:
    return (${lanes.value})(${", ".join(f"from[{lane * stride}]" for lane in range(n))});
% endif
}
</%def>

## A row of states, its parts one behind the other.
<%def name="states(lanes, columns)"><% parts = ["value", *spec.mode.parts] %>
% if spec.index and spec.template == "rows":
// The flat index of a column, -1 outside of the input.
static ${lanes.index} place${lanes.n}(const ${lanes.index} column, const ${spec.position} width, const ${spec.position} flat_row)
{
    return ((column >= 0) & (column < width)) ? column + flat_row : -1;
}
% endif

typedef struct {
    ${spec.accumulator} ${", ".join(f"{part}[{columns}]" for part in parts)};
% if spec.index:
    ${spec.position} index[${columns}];
% endif
} state_row;

static state${lanes.n} get_state${lanes.n}(const state_row *from, const int at)
{
    state${lanes.n} found;
% for part in parts:
    found.${part} = get${lanes.n}(from->${part} + at);
% endfor
% if spec.index:
    found.index = get_index${lanes.n}(from->index + at);
% endif
    return found;
}

static void put_state${lanes.n}(state_row *to, const int at, const state${lanes.n} state)
{
% for part in parts:
    put${lanes.n}(to->${part} + at, state.${part});
% endfor
% if spec.index:
    put_index${lanes.n}(to->index + at, state.index);
% endif
}
</%def>

## Turns lines, `pitch` apart, into columns: as many of both as a vector has lanes.
<%def name="transpose(lanes, base, name)"><%
    n, of = lanes.n, lanes.of(base)
    stages = [apart for apart in (1, 2, 4, 8) if apart < n]
%>
static void transpose${name}${n}(${base} *lines, const int pitch)
{
% for row in range(n):
    const ${of} of0_${row} = get${name}${n}(lines + ${row} * pitch);
% endfor
% for number, apart in enumerate(stages):
%   for row in range(n):
<% lanes_of_row = [(lane & ~apart) | (row & apart) | (n * bool(lane & apart)) for lane in range(n)] %>\
    const ${of} of${number + 1}_${row} = ${dialect.shuffle(of, f"of{number}_{row & ~apart}", f"of{number}_{row | apart}", lanes_of_row)};
%   endfor
% endfor
% for row in range(n):
    put${name}${n}(lines + ${row} * pitch, of${len(stages)}_${row});
% endfor
}
</%def>

<%def name="functions(lanes)">
${access(lanes, spec.accumulator, "")}
% if spec.index:
${access(lanes, spec.position, "_index")}
% endif
% if spec.template == "rows":
${every(lanes)}
% endif
</%def>
