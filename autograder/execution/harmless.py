"""Which cells only compute: what ran before a test cell and can have changed nothing about it.

For courses without a key, where a process is believed when it says that a test passed.  To make a
failing test pass takes more than arithmetic: a class that equals everything, a module or a function
of the system's that is replaced, a way into the interpreter.  Here a cell is read, not run.  It is
harmless if all of it is on short lists: statements that compute, names that are the notebook's own
or Python's plain ones, attributes of plain data and of a few modules.  No class is defined, nothing
is written into anything but variables and containers, and no name that begins with an underscore
can be reached.  Values made of harmless ones by harmless means are harmless, functions too.

What is not on the lists may be as honest, and is then tried by canaries (``canaries.py``), which
cost more than most notebooks.
"""

from __future__ import annotations

import ast
import builtins
import cmath
import itertools
import math
import statistics
import string
import symtable
from collections.abc import Collection, Iterable

from nbformat import NotebookNode

STATEMENTS = (
    ast.FunctionDef, ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While,
    ast.If, ast.Raise, ast.Try, ast.Assert, ast.Import, ast.ImportFrom, ast.Nonlocal, ast.Expr,
    ast.Pass, ast.Break, ast.Continue,
)  # fmt: skip
EXPRESSIONS = (
    ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.Set,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Yield, ast.YieldFrom,
    ast.Compare, ast.Call, ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Attribute,
    ast.Subscript, ast.Starred, ast.Name, ast.List, ast.Tuple, ast.Slice,
)  # fmt: skip
PARTS = (
    ast.Module, ast.arguments, ast.arg, ast.keyword, ast.alias, ast.comprehension,
    ast.ExceptHandler, ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip


def _words(text: str) -> set[str]:
    return set(text.split())


# Python's own names that compute; not those that reach further, nor those that end a process
PLAIN = _words("""
    abs all any bin bool bytearray bytes chr complex dict divmod enumerate filter float format
    frozenset hash hex int isinstance iter len list map max min next oct ord pow print range repr
    reversed round set slice sorted str sum tuple zip
    ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError
    NotImplementedError OverflowError RuntimeError StopIteration TypeError ValueError
    ZeroDivisionError __name__
""")


def _public(*of: object) -> set[str]:
    return {name for one in of for name in dir(one) if not name.startswith("_")}


# Of numpy nothing that reads or writes files, memory or settings, or brings more modules.
NUMPY = _words("""
    abs absolute add all allclose amax amin any append arange arccos arcsin arctan arctan2 argmax
    argmin argsort argwhere array array_equal asarray atleast_1d atleast_2d average bincount bool_
    broadcast_to ceil clip column_stack concatenate convolve copy corrcoef cos cosh count_nonzero
    cov cross cumprod cumsum deg2rad diag diff divide dot dtype e einsum empty empty_like equal exp
    expand_dims expm1 eye finfo fix flatnonzero flip fliplr flipud float16 float32 float64 floor
    floor_divide full full_like gradient greater greater_equal histogram hstack hypot identity iinfo
    in1d inf inner int16 int32 int64 int8 interp invert isclose isfinite isin isinf isnan kron less
    less_equal linspace log log10 log1p log2 logical_and logical_not logical_or logical_xor logspace
    matmul max maximum mean median meshgrid min minimum mod moveaxis multiply nan nan_to_num nanmax
    nanmean nanmin nanstd nansum ndarray ndim negative newaxis nonzero not_equal ones ones_like
    outer pad percentile pi polyfit polyval power prod quantile rad2deg ravel reciprocal remainder
    repeat reshape roll rot90 round searchsorted shape sign sin sinh size sort split sqrt square
    squeeze stack std subtract sum swapaxes tan tanh tensordot tile trace transpose trapezoid trapz
    tril triu true_divide trunc uint16 uint32 uint64 uint8 unique var vdot vstack where zeros
    zeros_like linalg random
    cholesky det eig eigh eigvals eigvalsh inv lstsq matrix_power matrix_rank norm pinv qr solve svd
    choice default_rng integers normal permutation rand randint randn seed shuffle standard_normal
    uniform
""")  # the last lines: of numpy.linalg and numpy.random
ARRAYS = _words("""
    T all any argmax argmin argsort astype clip copy cumprod cumsum diagonal dot dtype fill flatten
    item max mean min ndim nonzero prod ravel real imag repeat reshape round shape size sort squeeze
    std sum swapaxes tolist trace transpose var
""")
RANDOM = _words("""
    choice choices gauss getrandbits randint random randrange sample seed shuffle uniform
""")
MODULES: dict[str, set[str]] = {
    "math": _public(math),
    "cmath": _public(cmath),
    "itertools": _public(itertools),
    "string": {name for name in _public(string) if name.islower()},
    "statistics": {name for name in _public(statistics) if name in statistics.__all__},
    "random": RANDOM,
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "functools": {"reduce"},
    "typing": {"Any", "Callable", "Dict", "Iterable", "List", "Optional", "Sequence", "Set",
               "Tuple", "Union"},
    "numpy": NUMPY,
}  # fmt: skip
ATTRIBUTES = set().union(
    _public(int, float, complex, str, bytes, list, tuple, dict, set, frozenset),
    {"appendleft", "popleft", "rotate", "most_common", "elements"},
    ARRAYS,
    *MODULES.values(),
)
BUILTINS = set(dir(builtins))
# what the kernel itself puts among a notebook's names
KERNELS = {"In", "Out", "exit", "quit", "get_ipython", "display", "open", "input"}


def doubted(cells: Iterable[NotebookNode], tests: Collection[str], *, files: bool) -> set[str]:
    """Those of ``tests`` (grade ids) that stand behind a cell which is not harmless.

    What nbgrader has locked is the instructor's, and is as it was given out.  A harmless cell may
    use what another one has bound, and binds nothing that an instructor's has.  With ``files``
    there is something beside the notebook that may be imported in the place of a module: then all
    are doubted.
    """
    found: set[str] = set()
    usable: set[str] = set()  # names bound by harmless cells
    given: set[str] = set()  # names bound by the instructor
    doubt = files
    for cell in cells:
        if cell.cell_type != "code":
            continue
        about = cell.metadata.get("nbgrader", {})
        if doubt and about.get("grade_id") in tests:
            found.add(about["grade_id"])
        if doubt:
            continue
        locked = bool(about.get("locked"))
        try:
            names = Names(_without_magics(cell.source) if locked else cell.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            doubt = True  # a magic command, or nothing that runs
            continue
        harmless = names.only_computes and names.uses <= usable | names.binds | PLAIN
        if locked:
            doubt = names.unknown
            given |= names.binds
            usable = usable | names.binds if harmless else usable - names.binds
        elif harmless and not names.binds & (given | BUILTINS | KERNELS):
            usable |= names.binds
        else:
            doubt = True
    return found


class Names:
    """What a cell ``binds`` in the notebook, what it ``uses`` of it, and if it ``only_computes``.

    ``unknown`` says that it binds more than can be read off it.  Raises SyntaxError, ValueError,
    RecursionError, MemoryError for what cannot be read.
    """

    def __init__(self, source: str) -> None:
        nodes = list(ast.walk(ast.parse(source)))
        self.unknown = any(isinstance(node, ast.alias) and node.name == "*" for node in nodes)
        self.binds: set[str] = set()
        self.uses: set[str] = set()
        self._look(symtable.symtable(source, "cell", "exec"), outermost=True)
        kinds = [node for node in nodes if isinstance(node, ast.Name) and node.id == "type"]
        asked = [node.func for node in nodes if isinstance(node, ast.Call) and _of_one(node)]
        if all(any(kind is one for one in asked) for kind in kinds):
            self.uses.discard("type")  # of one value; of three it makes a class
        self.only_computes = all(map(_computes, nodes)) and not any(
            name.startswith("__") for name in self.binds
        )

    def _look(self, table: symtable.SymbolTable, *, outermost: bool = False) -> None:
        for symbol in table.get_symbols():
            of_the_notebook = outermost or symbol.is_global()
            if not of_the_notebook:
                continue
            name = symbol.get_name()
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                self.binds.add(name)
            if symbol.is_referenced():
                self.uses.add(name)
        for inner in table.get_children():
            self._look(inner)


def _of_one(call: ast.Call) -> bool:
    return len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)


def _computes(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Load()):
            return name in ATTRIBUTES
        case ast.Attribute():
            return False
        case ast.Import(names=names):
            return all(one.name in MODULES for one in names)
        case ast.ImportFrom(module=module, names=names, level=0):
            return all(one.name in MODULES.get(module or "", ()) for one in names)
        case ast.ImportFrom():
            return False
        case ast.FunctionDef(decorator_list=decorators):
            return not decorators
    return isinstance(node, (*STATEMENTS, *EXPRESSIONS, *PARTS))


def _without_magics(source: str) -> str:
    """An instructor's cell as Python, its magic lines as the calls that IPython makes of them.

    Raises ValueError for a cell that is all one magic command: what it binds cannot be read.
    """
    if source.lstrip().startswith("%%"):
        raise ValueError("a cell magic")
    try:
        ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        return str(TransformerManager().transform_cell(source))
    return source
