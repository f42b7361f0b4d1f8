package dev.rwo.image.cli;

import dev.rwo.image.build.ImageBuildException;
import dev.rwo.image.demo.DemoException;
import dev.rwo.image.flash.FlashException;
import dev.rwo.image.vm.VmException;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.SiteException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The front door's Java side; {@code ./rwo} has found a JDK, the packages and a fresh build before it comes here. */
@Command(
        name = "rwo",
        synopsisSubcommandLabel = "COMMAND",
        description = "Bootable edge appliances that form a Docker Swarm by themselves: the workstation's commands.",
        mixinStandardHelpOptions = true,
        versionProvider = RwoCommand.Version.class,
        footer = {
            "",
            "Done by the script itself:",
            "  check   format, static analysis and unit tests of all modules",
            "  test    everything, with the tests that boot the image",
            "  soak    what is too long for the tests: many simulated sites, many births",
            "  lab     boxes of one site on this machine, for trying what goes wrong in shops",
            "  profile classifies lists of machines, checks label rules, records this machine",
            "",
            "With --yes, missing packages are installed without asking.",
            "'./rwo COMMAND --help' tells more."
        })
public final class RwoCommand {
    /** Exit code when a command did what it was asked. */
    public static final int DONE = 0;
    /** Exit code when it tried and failed. */
    public static final int FAILED = 1;
    /** Exit code for wrong usage and for input that cannot be used. */
    public static final int BAD_INPUT = 2;

    @Option(
            names = "--verbose",
            scope = CommandLine.ScopeType.INHERIT,
            description = "With an error, show where in the program it came up.")
    private boolean verbose;

    @Option(names = "--yes", scope = CommandLine.ScopeType.INHERIT, description = "Ask nothing, assume yes.")
    private boolean yes;

    RwoCommand() {}

    boolean yes() {
        return yes;
    }

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        Charset console = System.out.charset();
        Map<String, String> environment = System.getenv();
        Path userHome = Path.of(System.getProperty("user.home", "/root"));
        Workstation workstation = new Workstation(
                Path.of(System.getProperty("rwo.project", "")).toAbsolutePath().normalize(),
                environment.containsKey("RWO_HOME") ? Path.of(environment.get("RWO_HOME")) : userHome.resolve(".rwo"),
                new BufferedReader(new InputStreamReader(System.in, console)),
                new PrintWriter(System.out, true, console),
                new PrintWriter(System.err, true, console),
                Clock.systemUTC());
        System.exit(run(workstation, arguments));
    }

    /** Runs one command in that workstation and answers its exit code. */
    static int run(Workstation workstation, String... arguments) {
        RwoCommand root = new RwoCommand();
        CommandLine site = new CommandLine(new SiteCommand())
                .addSubcommand(new SiteInitCommand(workstation))
                .addSubcommand(new SiteShowCommand(workstation))
                .addSubcommand(new SiteSeedCommand(workstation));
        CommandLine image = new CommandLine(new ImageCommand())
                .addSubcommand(new ImageBuildCommand(workstation))
                .addSubcommand(new ImageBootCommand(workstation));
        CommandLine bundle = new CommandLine(new BundleCommand()).addSubcommand(new BundleBuildCommand(workstation));
        CommandLine sysext = new CommandLine(new SysextCommand()).addSubcommand(new SysextBuildCommand(workstation));
        CommandLine keys = new CommandLine(new KeysCommand())
                .addSubcommand(new KeysRotateCommand(workstation))
                .addSubcommand(new KeysRenewCommand(workstation));
        return new CommandLine(root)
                .addSubcommand(site)
                .addSubcommand(keys)
                .addSubcommand(image)
                .addSubcommand(bundle)
                .addSubcommand(sysext)
                .addSubcommand(new FlashCommand(workstation, root))
                .addSubcommand(new DemoCommand(workstation))
                .setOut(workstation.out())
                .setErr(workstation.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, given) -> {
                    CommandLine command = failure.getCommandLine();
                    workstation.progress("rwo: " + failure.getMessage() + "; see: ./"
                            + command.getCommandSpec().qualifiedName() + " --help");
                    return BAD_INPUT;
                })
                .setExecutionExceptionHandler((failure, command, given) -> {
                    workstation.progress("rwo: " + oneLine(failure));
                    if (root.verbose) {
                        failure.printStackTrace(workstation.err());
                    }
                    return exitCode(failure);
                })
                .execute(arguments);
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case CommandException known -> known.exitCode();
            case FlashException known -> known.refused() ? BAD_INPUT : FAILED;
            case SiteException known -> BAD_INPUT;
            case IllegalArgumentException known -> BAD_INPUT;
            default -> FAILED;
        };
    }

    private static String oneLine(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case CommandException known -> message;
            case FlashException known -> message;
            case SiteException known -> message;
            case CredentialException known -> message;
            case VmException known -> message;
            case DemoException known -> message;
            case ImageBuildException known -> message;
            case IllegalArgumentException known -> message;
            default -> failure + " (unexpected; run again with --verbose and report it)";
        };
    }

    /** Reads the version from the jar's manifest; a class directory has none. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"rwo " + number()};
        }

        static String number() {
            String version = RwoCommand.class.getPackage().getImplementationVersion();
            return version == null ? "0-development" : version;
        }
    }
}
