package dev.rwo.agent.console;

import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.StageStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The text of the display: name, address, stages, and what is wrong with what to do about it.
 *
 * <p>Plain ASCII, 80 columns: every console font has it, from the firmware's to a serial line's.
 */
public final class StatusScreen {

    /** The narrowest console there is: VGA text mode. */
    private static final int WIDTH = 80;
    /** "  [ ok ]  " and the longest title, "container engine", with two blanks. */
    private static final int TITLE_WIDTH = 18;

    private static final String MARGIN = "  ";
    private static final int TEXT_AT = 2 + 6 + 2 + TITLE_WIDTH;

    private StatusScreen() {}

    /**
     * What to show.
     *
     * @param product name and version
     * @param site the site's name, empty for none
     * @param name the node's name
     * @param address where to point a browser, empty while there is no address
     * @param stages the readiness stages in order
     */
    public record Content(String product, String site, String name, String address, List<StageStatus> stages) {}

    /** The lines, none longer than 80 columns. */
    public static List<String> lines(Content content) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(spread(content.product(), content.site().isEmpty() ? "no site yet" : "site " + content.site()));
        lines.add(MARGIN + "-".repeat(WIDTH - 2 * MARGIN.length()));
        lines.add(spread(content.name(), content.address().isEmpty() ? "no network address yet" : content.address()));
        lines.add("");
        for (StageStatus stage : content.stages()) {
            lines.addAll(stage(stage));
        }
        lines.add("");
        return lines.stream().map(StatusScreen::printable).toList();
    }

    private static String spread(String left, String right) {
        int gap = WIDTH - 2 * MARGIN.length() - left.length() - right.length();
        return MARGIN + left + " ".repeat(Math.max(1, gap)) + right;
    }

    private static List<String> stage(StageStatus stage) {
        String lead = String.format(
                Locale.ROOT,
                "%s[%-4s]  %-" + TITLE_WIDTH + "s",
                MARGIN,
                mark(stage.state()),
                stage.stage().title());
        List<String> lines = new ArrayList<>(wrapped(lead, stage.reason()));
        if (!stage.hint().isEmpty()) {
            lines.addAll(wrapped(" ".repeat(TEXT_AT - 3) + "-> ", stage.hint()));
        }
        return lines;
    }

    private static String mark(StageState state) {
        return switch (state) {
            case PENDING -> "";
            case RUNNING -> "....";
            case WAITING -> "wait";
            case DONE -> " ok ";
            case DEGRADED -> " !! ";
            case FAILED -> "FAIL";
        };
    }

    private static List<String> wrapped(String lead, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(lead);
        for (String word : text.split(" ", -1)) {
            if (line.length() > TEXT_AT && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(TEXT_AT));
            }
            line.append(line.length() > TEXT_AT ? " " : "").append(word);
            while (line.length() > WIDTH) {
                lines.add(line.substring(0, WIDTH));
                line = new StringBuilder(" ".repeat(TEXT_AT)).append(line.substring(WIDTH));
            }
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    private static String printable(String line) {
        return line.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
