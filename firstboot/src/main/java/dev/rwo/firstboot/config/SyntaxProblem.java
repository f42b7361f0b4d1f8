package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Says what a YAML parser's complaint means for someone who has never heard of a block mapping. Quotes nothing from
 * the file: the place may hold a secret.
 */
final class SyntaxProblem {

    private SyntaxProblem() {}

    static ConfigProblem unplaced(String file, int linesBefore) {
        return new ConfigProblem(
                file,
                linesBefore + 1,
                1,
                "",
                "this part of the file is not YAML, or nested too deeply",
                "compare it with the examples in the template");
    }

    static ConfigProblem of(String file, String text, int linesBefore, MarkedYAMLException e) {
        Mark mark = e.getProblemMark();
        int tab = mark == null ? -1 : tabInIndentation(text, mark.getLine());
        if (mark != null && tab >= 0) {
            return new ConfigProblem(
                    file,
                    mark.getLine() + linesBefore + 1,
                    tab + 1,
                    "",
                    "a tab is used for indentation",
                    "use spaces, two for each level");
        }
        String context = String.valueOf(e.getContext());
        String problem = String.valueOf(e.getProblem());
        if (context.contains("quoted scalar")) {
            boolean escape = problem.contains("escape");
            return at(
                    file,
                    escape ? mark : e.getContextMark(),
                    linesBefore,
                    escape
                            ? "a backslash in double quotes begins an escape"
                            : "the quote that opens here is not closed",
                    escape ? "use single quotes around text with backslashes" : "close it on the same line");
        }
        if (problem.contains("mapping values are not allowed")) {
            return at(
                    file,
                    mark,
                    linesBefore,
                    "a ':' is not possible here",
                    "align this line with the keys above it, and put text that contains ': ' in quotes");
        }
        if (problem.contains("could not find expected ':'")) {
            return at(
                    file,
                    e.getContextMark(),
                    linesBefore,
                    "a ':' is missing in this line or after it",
                    "write 'key: value'");
        }
        if (problem.contains("expected ','")) {
            return at(
                    file,
                    e.getContextMark(),
                    linesBefore,
                    "the list or map that opens here is not closed",
                    "check its commas and its closing bracket");
        }
        if (problem.contains("expected <block end>") || problem.contains("block sequence entries are not allowed")) {
            return at(
                    file,
                    mark,
                    linesBefore,
                    "the indentation does not fit the lines above",
                    "align it with its siblings");
        }
        if (problem.contains("cannot start any token")) {
            return at(file, mark, linesBefore, "a value cannot begin with this character", "put the value in quotes");
        }
        if (problem.contains("undefined alias") || problem.contains("anchor") || context.contains("alias")) {
            return at(
                    file,
                    mark,
                    linesBefore,
                    "anchors and aliases (& and *) are not accepted",
                    "write the value out, in quotes if it begins so");
        }
        if (problem.contains("tag") || context.contains("tag")) {
            return at(
                    file,
                    mark,
                    linesBefore,
                    "tags (!) are not accepted",
                    "remove it, or put the value in quotes if it begins so");
        }
        if (problem.contains("another document")) {
            return at(
                    file,
                    mark,
                    linesBefore,
                    "a second document begins here",
                    "remove the line '---': one file, one document");
        }
        return at(
                file,
                mark,
                linesBefore,
                "this is not YAML",
                "check quotes, colons and indentation here and just above");
    }

    private static ConfigProblem at(String file, @Nullable Mark mark, int linesBefore, String message, String remedy) {
        Place place = YamlText.place(mark, linesBefore);
        return new ConfigProblem(file, place.line(), place.column(), "", message, remedy);
    }

    /** The column from 0 of a tab among the blanks that begin a line; -1 for none. */
    private static int tabInIndentation(String text, int line) {
        List<String> lines = text.lines().toList();
        if (line >= lines.size()) {
            return -1;
        }
        String it = lines.get(line);
        for (int i = 0; i < it.length() && Character.isWhitespace(it.charAt(i)); i++) {
            if (it.charAt(i) == '\t') {
                return i;
            }
        }
        return -1;
    }
}
