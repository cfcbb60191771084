"""The command `frameumap`: tables in files in, tables, pages, pictures and reports out.

    main         arguments -> exit code; errors become one line
    options      arguments that several subcommands share
    talk         what goes to the screen, and to which stream
    encoding     bytes -> UTF-8
    dialect      delimiter, quotes and header of a text table
    parse        its rows, all of one length
    delimited    a text table -> columns of strings
    numerals     numbers as people write them
    types        columns of strings -> numbers, dates, booleans, text
    formats      one file of any format
    tables       files of one shape -> one frame
    outputs      files written whole or not at all
    graph_files  the graph as CSR, list of edges or GraphML

and one file a subcommand: embed (with embed_outputs), schema, transform, cluster, explain, report,
demo.
"""
