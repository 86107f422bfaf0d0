## Elements as keys: unsigned integers in the order of the elements.
## in: plane, d0, h0, w0; nans and count for gather().
## out: the type key, key_of, value_of, exchange; loops over tap; k, absent.
<%! from itertools import product %>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="one" file="/common/tap.mako"/>

<%def name="functions()"><%
    real = spec.accumulator
    unsigned = {"float": "uint", "double": "ulong"}.get(real, "u" + real.removeprefix("u"))
    top = f"((key)1 << {8 * spec.accumulator_size - 1})"
    flip = f" ^ {top}" if spec.dtype.kind == "int" else ""
%>
typedef ${unsigned} key;

static key key_of(const ${real} value)
{
% if spec.dtype.is_float:
    // Without its sign a float's bits grow with the magnitude. Both zeros have one key.
    const key bits = as_${unsigned}(value);
    const key magnitude = bits & ~${top};
    return (bits & ${top}) ? ${top} - magnitude : ${top} + magnitude;
% else:
    return (key)value${flip};
% endif
}

static ${real} value_of(const key found)
{
% if spec.dtype.is_float:
    return as_${real}((found < ${top}) ? ${top} | (${top} - found) : found - ${top});
% else:
    return (${real})(found${flip});
% endif
}

static void exchange(key *a, key *b)
{
    const key first = *a;
    const key second = *b;
    *a = (second < first) ? second : first;
    *b = (second < first) ? first : second;
}
</%def>

## Opens the loops over the valid taps of the window, each a `tap`; taps.done() closes them. The
## stride has 64 bits: of one of 32 Intel's compiler makes vectors of wrong addresses.
<%def name="each()">
${taps.each()}
const ${spec.accumulator} tap = load1(${one.element_of("row + w * g.x_w")});
</%def>

## The keys `k` of all taps of a small window, the absent ones by turns below and above all others,
## so that the middle stays in the middle; or all above.
<%def name="gather(balanced)">
<% spots = list(product(*(range(along(axis).kernel) for axis in spec.axes))) %>
key k[${len(spots)}];
key absent = ${"0" if balanced and len(spots) % 2 else "~(key)0"};
% for axis in spec.axes:
%   for tap in range(along(axis).kernel):
const ${spec.position} ${axis}_${tap} = ${plus(axis + "0", tap * along(axis).dilation)};
const int in_${axis}_${tap} = ${axis}_${tap} >= 0 && ${axis}_${tap} < g.in_${axis};
%   endfor
% endfor
% for place, spot in enumerate(spots):
<% names = [f"{axis}_{tap}" for axis, tap in zip(spec.axes, spot)] %>\
if (${" && ".join("in_" + name for name in names)}) {
    const ${spec.accumulator} tap \
        = load1(${one.element_of(one.origin())} + ${" + ".join(
            f"{name} * ({spec.position})g.x_{name[0]}" for name in names)});
    k[${place}] = key_of(tap);
    nans |= ${is_nan()};
    ++count;
} else {
    k[${place}] = absent;
% if balanced:
    absent = ~absent;
% endif
}
% endfor
</%def>

## Puts the wanted places of `k` in order, or all of them.
<%def name="sort(size, wanted=None)">
% for a, b in sorting(size, wanted):
exchange(${plus("k", a)}, ${plus("k", b)});
% endfor
</%def>

## Whether the `tap` at hand is a NaN, which no integer is.
<%def name="is_nan()" buffered="True" filter="trim">
    ${"tap != tap" if spec.dtype.is_float else "0"}
</%def>
