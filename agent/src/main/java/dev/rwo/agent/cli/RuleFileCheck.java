package dev.rwo.agent.cli;

import dev.rwo.hardware.cpu.RuleLint;
import dev.rwo.hardware.rule.SiteRules;
import dev.rwo.hardware.yaml.RuleFile;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Finds out what kind of rules a file holds, and all that is wrong with them. */
final class RuleFileCheck {

    private RuleFileCheck() {}

    /** One line for each mistake, {@code file:line:column: what is wrong}; empty when the file is good. */
    static List<String> problems(Path file) {
        try {
            return RuleLint.isProcessorRules(RuleFile.read(file))
                    ? RuleLint.lint(file).stream().map(RuleProblem::toString).toList()
                    : SiteRules.lint(file);
        } catch (RuleFormatException broken) {
            return List.of(String.valueOf(broken.getMessage()));
        } catch (IOException unreadable) {
            return List.of(file + ": cannot be read: " + unreadable.getMessage());
        }
    }
}
