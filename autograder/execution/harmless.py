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
import functools
import itertools
import math
import re
import statistics
import string
import symtable
import warnings
from collections.abc import Collection, Iterable, Iterator

from nbformat import NotebookNode

from autograder.submission.structure import print_of

MOST = 200_000  # characters that are read of a notebook: what is longer is doubted

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
PANDAS = _words("""
    DataFrame Series NA Timestamp concat cut date_range isna isnull merge notna read_csv to_datetime
    to_numeric assign astype between columns corr cumsum describe diff drop
    drop_duplicates dropna dt dtypes duplicated empty fillna first groupby head idxmax idxmin iloc
    index info isin iterrows items join last loc map max mean median melt min mode month nlargest
    nsmallest nunique pct_change pivot_table quantile rank rename replace reset_index rolling sample
    set_index shape shift size sort_index sort_values std str sum tail to_dict tolist
    unique value_counts values var where year
""")  # nothing that takes a method by its name, as agg and eval do, or writes files
PLOTS = _words("""
    annotate axhline axis axvline bar barh boxplot close colorbar contour contourf errorbar figure
    fill_between gca gcf grid hist hlines imshow legend loglog pcolormesh pie plot quiver scatter
    semilogx semilogy set_aspect set_title set_xlabel set_xlim set_xticks set_ylabel set_ylim
    set_yticks show step subplot subplots suptitle text tight_layout title vlines xlabel xlim xscale
    xticks ylabel ylim yscale yticks
""")
MODULES: dict[str, set[str]] = {
    "math": _public(math),
    "cmath": _public(cmath),
    "itertools": _public(itertools),
    "string": {name for name in _public(string) if name.islower()},
    "statistics": set(statistics.__all__),
    "random": RANDOM,
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "functools": {"reduce"},
    "scipy.linalg": _words("cholesky det eig eigh expm inv lstsq lu norm pinv qr solve svd"),
    "pandas": PANDAS,
    "matplotlib": {"pyplot"},
    "matplotlib.pyplot": PLOTS,
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
# what binds names that cannot be read off it
BINDERS = {"exec", "eval", "globals", "locals", "vars", "setattr", "__import__", "import_module"}
CELL_MAGIC = re.compile(r"%%(\w+)")
RUN_IT = {"time", "timeit", "prun"}  # cell magics that run what follows
BIND_NOTHING = {"html", "HTML", "latex", "markdown", "javascript", "js", "svg", "bash", "sh",
                "writefile"}  # fmt: skip
# line magics that bind nothing, if an instructor writes them
LINE_MAGIC = re.compile(
    r"^[ \t]*%(?:matplotlib|config|load_ext|autoreload|precision)\b.*$", re.MULTILINE
)
PLOTTING = re.compile(r"^%matplotlib +\w+ *$", re.MULTILINE)  # anybody's
# what the kernel itself puts among a notebook's names
KERNELS = {"In", "Out", "exit", "quit", "get_ipython", "display"}


def doubted(
    cells: Iterable[NotebookNode],
    tests: Collection[str],
    *,
    given: Collection[bytes] = (),
    files: bool = False,
) -> set[str]:
    """Those of ``tests`` (grade ids) that stand behind a cell which is not harmless.

    What nbgrader has locked is the instructor's, and so is a cell whose print (``print_of``) is
    among ``given``.  A harmless cell may use what other ones have bound, and binds nothing that an
    instructor's has.  With ``files`` there is something beside the notebook that may be imported in
    the place of a module: then all are doubted.
    """
    found: set[str] = set()
    if not tests:
        return found
    left = MOST
    usable: set[str] = set()  # names that stand for something harmless
    theirs: set[str] = set()  # names bound by the instructor
    doubt = files
    for cell in cells:
        if cell.cell_type != "code":
            continue
        about = cell.metadata.get("nbgrader", {})
        if doubt and about.get("grade_id") in tests:
            found.add(about["grade_id"])
        left -= len(cell.source)
        doubt = doubt or left < 0
        if doubt:
            continue
        locked = about.get("locked") or (not about and print_of(cell.source) in given)
        try:
            if locked:
                statements = _statements(cell.source)
                doubt = any(names.unknown for names in statements)
                for names in statements:  # each by itself: an import of NumPy among others, say
                    theirs |= names.binds
                    usable = (
                        usable | names.binds if names.harmless(usable) else usable - names.binds
                    )
            else:
                names = Names(PLOTTING.sub("", cell.source))
                doubt = not names.harmless(usable) or bool(
                    names.binds & (theirs | BUILTINS | KERNELS)
                )
                usable |= names.binds
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            doubt = True  # a magic command, or nothing that runs
    return found


class Names:
    """What a cell ``binds`` in the notebook, what it ``uses`` of it, and if it ``only_computes``.

    ``unknown`` says that it binds more than can be read off it.  Raises SyntaxError, ValueError,
    RecursionError, MemoryError for what cannot be read.
    """

    def __init__(self, source: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are said where the cell is run
            nodes = list(ast.walk(ast.parse(source)))
            table = symtable.symtable(source, "cell", "exec")
        self.binds: set[str] = set()
        self.uses: set[str] = set()
        self._look(table, outermost=True)
        self.unknown = bool(self.uses & BINDERS) or any(map(_binds_what_it_likes, nodes))
        kinds = [node for node in nodes if isinstance(node, ast.Name) and node.id == "type"]
        compared = [id(kind) for node in nodes for kind in _compared_kinds(node)]
        if all(id(kind) in compared for kind in kinds):
            self.uses.discard("type")  # anywhere else it may come to make a class
        self.only_computes = all(map(_computes, nodes)) and not any(
            name.startswith("__") for name in self.binds
        )

    def harmless(self, usable: set[str]) -> bool:
        """Whether it only computes, with what is ``usable`` and its own."""
        return self.only_computes and self.uses <= usable | self.binds | PLAIN

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


def _compared_kinds(node: ast.AST) -> Iterator[ast.expr]:
    """The ``type`` of each ``type(x)`` that a comparison compares."""
    for one in [node.left, *node.comparators] if isinstance(node, ast.Compare) else ():
        match one:
            case ast.Call(func=ast.Name(id="type") as kind, args=[value], keywords=[]):
                if not isinstance(value, ast.Starred):
                    yield kind


def _binds_what_it_likes(node: ast.AST) -> bool:
    match node:
        case ast.alias(name="*"):
            return True
        case ast.Attribute(attr="run_line_magic" | "run_cell_magic"):
            return True  # but those that are known: see _statements
    return False


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


@functools.lru_cache(maxsize=1000)  # the same for a whole class
def _statements(source: str) -> list[Names]:
    """An instructor's cell, a statement each; magic lines are the calls that IPython makes of them.

    A cell that is all one magic command binds nothing, or what its text does.  Raises SyntaxError.
    """
    first, _, rest = source.lstrip().partition("\n")
    if (magic := CELL_MAGIC.match(first)) and magic[1] in {*RUN_IT, *BIND_NOTHING}:
        source = rest if magic[1] in RUN_IT else ""
    source = LINE_MAGIC.sub("", source)
    try:
        body = ast.parse(source).body
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        body = ast.parse(TransformerManager().transform_cell(source)).body
    return [Names(ast.unparse(statement)) for statement in body]
