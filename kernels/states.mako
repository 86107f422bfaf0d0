## Private rows of states, their parts one behind the other.
<%namespace name="dialect" file="${'/preamble/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="memory" file="/memory.mako"/>

<%def name="parts()"><% return ["value", *spec.mode.parts] %></%def>

## A row of so many states, its parts one behind the other.
<%def name="row_type(type, length)">
typedef struct {
    ${spec.accumulator} ${", ".join(f"{part}[{length}]" for part in parts())};
% if spec.index:
    ${spec.position} index[${length}];
% endif
} ${type};
</%def>

<%def name="row_access(lanes, name, type)">
static state${lanes.n} get_${name}${lanes.n}(const ${type} *from, const int at)
{
    state${lanes.n} found;
% for part in parts():
    found.${part} = get${lanes.n}(from->${part} + at);
% endfor
% if spec.index:
    found.index = get_index${lanes.n}(from->index + at);
% endif
    return found;
}

static void put_${name}${lanes.n}(${type} *to, const int at, const state${lanes.n} state)
{
% for part in parts():
    put${lanes.n}(to->${part} + at, state.${part});
% endfor
% if spec.index:
    put_index${lanes.n}(to->index + at, state.index);
% endif
}
</%def>

<%def name="rows()">
% if spec.template == "rows_down":
${within_row(lanes_of(spec.width))}
% else:
${kept_rows()}
% endif
</%def>

## The lanes from number `from` to number `to`, the others without a tap.
<%def name="within_row(lanes)"><%
    n, base = lanes.n, lanes.mask.removesuffix(lanes.suffix) if lanes.n > 1 else "int"
    bounded = lambda name: f"({name} < 0) ? 0 : ({name} < {n}) ? {name} : {n}"
%>
static state${n} within_row${n}(state${n} all, const ${spec.position} from, const ${spec.position} to)
{
    const ${lanes.mask} numbers = (${lanes.mask})(${", ".join(map(str, range(n)))});
    const ${base} first = ${bounded("from")}, end = ${bounded("to")};
    const ${lanes.mask} inside = (numbers >= first) & (numbers < end);
    const state${n} none = identity${n}();
%   for part in parts():
    all.${part} = inside ? all.${part} : none.${part};
%   endfor
    return all;
}
</%def>

## What is kept of rows that are reduced along first.
<%def name="kept_rows()"><%
    many, row = lanes_of(spec.width), along("w")
    length = spec.tile * row.stride + 2 * row.reach + 2 * spec.width
%>
<%
    mask = memory.convert(many, many.mask.removesuffix(many.suffix), "inside") if many.n > 1 and many.mask != many.index_mask else "inside"
%>\
// A tap in this column, or the identity outside of the input.
static state${many.n} within${many.n}(const ${many.value} value, const ${many.index} column, const ${spec.position} width${f", const {spec.position} flat_row" if spec.index else ""})
{
    const ${many.index_mask} inside = (column >= 0) & (column < width);
    const ${many.mask} taken = ${mask};
    return tap${many.n}(taken ? value : identity${many.n}().value${", inside ? column + flat_row : -1" if spec.index else ""});
}

% if spec.index:
// The flat index of a column, -1 outside of the input.
static ${many.index} place${many.n}(const ${many.index} column, const ${spec.position} width, const ${spec.position} flat_row)
{
    return ((column >= 0) & (column < width)) ? column + flat_row : -1;
}
% endif

${row_type("state_row", spec.tile)}
${row_access(many, "state", "state_row")}
% if spec.long_row:
${row_type("doubled_row", length)}
%   for n in widths:
${row_access(lanes_of(n), "run", "doubled_row")}
%   endfor

static state${many.n} every_run${many.n}(const doubled_row *from, const int at)
{
    state${many.n} found;
% for part in parts():
    found.${part} = pick${many.n}(from->${part} + at);
% endfor
% if spec.index:
    found.index = pick_index${many.n}(from->index + at);
% endif
    return found;
}
% endif
</%def>

## What listed windows keep: lines of states, `spec.tile` apart.
<%def name="lines()">
${row_type("state_row", spec.width * spec.tile)}
${row_access(lanes_of(spec.width), "state", "state_row")}
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
