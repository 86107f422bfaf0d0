## Taps beside the input are replaced by the identity.
## in: state, identity and tap of the width.
## out: the functions lanes and only; within and flat_index.
<%namespace name="memory" file="/common/access.mako"/>

## Lanes from number `from` to number `to`, and a state of which only some have a tap.
<%def name="within_row(lanes)"><%
    n, base = lanes.n, lanes.mask_base
    bounded = lambda name: f"({name} < 0) ? 0 : ({name} < {n}) ? {name} : {n}"
%>
static ${lanes.mask} lanes${n}(const ${spec.position} from, const ${spec.position} to)
{
    const ${lanes.mask} numbers = (${lanes.mask})(${", ".join(map(str, range(n)))});
    const ${base} first = ${bounded("from")}, end = ${bounded("to")};
    return (numbers >= first) & (numbers < end);
}

static state${n} only${n}(state${n} all, const ${lanes.mask} inside)
{
    const state${n} none = identity${n}();
%   for field in ["value", *spec.mode.fields]:
    all.${field} = inside ? all.${field} : none.${field};
%   endfor
    return all;
}
</%def>

## By the columns of taps.
<%def name="columns(many)"><%
    mask = memory.convert(many, many.mask_base,
        "inside") if many.n > 1 and many.mask != many.index_mask else "inside"
%>\
// A tap in this column, or the identity outside of the input.
static state${many.n} within${many.n}(const ${many.value} value, const ${many.index} column, \
    const ${spec.position} width${f", const {spec.position} flat_row" if spec.index else ""})
{
    const ${many.index_mask} inside = (column >= 0) & (column < width);
    const ${many.mask} taken = ${mask};
% if spec.mode.fields:
    // A value alone does not say that there is no tap: a state does.
    const state${many.n} none = identity${many.n}();
    state${many.n} found = tap${many.n}(value);
%   for field in ["value", *spec.mode.fields]:
    found.${field} = taken ? found.${field} : none.${field};
%   endfor
    return found;
% else:
    return tap${many.n}(taken ? value \
        : identity${many.n}().value${", inside ? column + flat_row : -1" if spec.index else ""});
% endif
}

% if spec.index:
// The flat index of a column, -1 outside of the input.
static ${many.index} flat_index${many.n}(const ${many.index} column, const ${spec.position} width, \
    const ${spec.position} flat_row)
{
    return ((column >= 0) & (column < width)) ? column + flat_row : -1;
}
% endif
</%def>
