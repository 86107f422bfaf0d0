## Private rows of states, their fields one behind the other.
## in: state of the width, and the functions of private_vectors.
## out: the types state_row and doubled_row; get_ and put_state, get_ and put_run, every_run.
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
<%namespace name="within" file="/cpu/common/boundary.mako"/>

<%def name="fields()"><% return ["value", *spec.mode.fields] %></%def>

## A row of so many states, its fields one behind the other.
<%def name="row_type(type, length)">
typedef struct {
    ${spec.accumulator} ${", ".join(f"{field}[{length}]" for field in fields())};
% if spec.index:
    ${spec.position} index[${length}];
% endif
} ${type};
</%def>

<%def name="row_access(lanes, name, type)">
static state${lanes.n} get_${name}${lanes.n}(const ${type} *from, const int at)
{
    state${lanes.n} found;
% for field in fields():
    found.${field} = get${lanes.n}(from->${field} + at);
% endfor
% if spec.index:
    found.index = get_index${lanes.n}(from->index + at);
% endif
    return found;
}

static void put_${name}${lanes.n}(${type} *to, const int at, const state${lanes.n} state)
{
% for field in fields():
    put${lanes.n}(to->${field} + at, state.${field});
% endfor
% if spec.index:
    put_index${lanes.n}(to->index + at, state.index);
% endif
}
</%def>

## What is kept of rows that are reduced along first.
<%def name="rows()"><%
    many, row = lanes_of(spec.width), along("w")
    length = spec.tile * row.stride + 2 * row.extent + 2 * spec.width
%>
${within.columns(many)}

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
% for field in fields():
    found.${field} = ${vectors.picked(many, "", f"from->{field} + at")};
% endfor
% if spec.index:
    found.index = ${vectors.picked(many, "_index", "from->index + at")};
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
