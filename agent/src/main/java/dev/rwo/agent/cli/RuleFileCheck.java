package dev.rwo.agent.cli;

import java.nio.file.Path;
import java.util.List;

final class RuleFileCheck {
    static List<String> problems(Path f) {
        return List.of();
    }
}
