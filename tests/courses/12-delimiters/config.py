c.ClearSolutions.begin_solution_delimeter = "SOLUTION START"
c.ClearSolutions.end_solution_delimeter = "SOLUTION END"
c.ClearSolutions.code_stub = {"python": "# your code\nraise NotImplementedError()"}
c.ClearHiddenTests.begin_test_delimeter = "SECRET START"
c.ClearHiddenTests.end_test_delimeter = "SECRET END"
c.ClearMarkScheme.begin_mark_scheme_delimeter = "SCHEME START"
c.ClearMarkScheme.end_mark_scheme_delimeter = "SCHEME END"
