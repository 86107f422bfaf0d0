## Elements as keys: unsigned integers in the order of the elements.
## in: nothing.
## out: the type key; the functions key_of, value_of and exchange.

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
