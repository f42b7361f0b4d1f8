package dev.rwo.hardware.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The log of label changes: one JSON object a line, the newest last, 512 KiB in the file and as much in one older file
 * ({@code NAME.1}), which is some 5,000 changes.
 *
 * <p>Not brought to the disk line by line, which would wear flash memory: a power cut may cost the last seconds. A line
 * that was cut, or any other that is not ours, is skipped by readers; the next append begins on a new line. Safe for
 * several threads of one process.
 */
public final class ChangeHistory {
    private static final int LARGEST_FILE = 512 * 1024;
    private static final Set<StandardOpenOption> APPENDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final String PERMISSIONS = "rw-------";

    /** Not a mapper: the first one of a process costs 150 ms. */
    private static final JsonFactory JSON = new JsonFactory();

    private final Path file;
    private final Path older;

    /** A history in this file, whose directory must exist; the file is made with the first change, for root only. */
    public ChangeHistory(Path file) {
        this.file = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
    }

    /**
     * Adds changes, oldest first.
     *
     * @throws IOException when they cannot be written; one line. What is in the file already stays readable
     */
    public synchronized void append(List<LabelChange> changes) throws IOException {
        try {
            for (LabelChange change : changes) {
                byte[] line = line(change);
                if (size() + line.length > LARGEST_FILE) {
                    Files.move(file, older, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                }
                append(line);
            }
        } catch (IOException unwritable) {
            throw new IOException(
                    "the change cannot be written to the history " + file + ": " + reason(unwritable)
                            + "; make room or correct its permissions",
                    unwritable);
        }
    }

    private long size() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            // Opening a pipe would wait for a reader for ever.
            throw new IOException("it is no regular file");
        }
        return Files.size(file);
    }

    private void append(byte[] line) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, APPENDING, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)))) {
            long end = channel.size();
            ByteBuffer last = ByteBuffer.allocate(1);
            boolean cut = end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
            ByteBuffer bytes = ByteBuffer.allocate(line.length + 1);
            if (cut) {
                bytes.put((byte) '\n');
            }
            bytes.put(line).flip();
            channel.position(end);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static byte[] line(LabelChange change) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(200);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("time", change.at().toString());
            json.writeStringField("key", change.key());
            json.writeStringField("old", change.oldValue());
            json.writeStringField("new", change.newValue());
            json.writeStringField("cause", change.cause());
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /**
     * Reads back, newest first. A history that does not exist yet is empty.
     *
     * @param limit how many at most
     * @param keys which labels
     * @throws IOException when the file is there and cannot be read; one line
     */
    public synchronized List<LabelChange> newestFirst(int limit, Predicate<String> keys) throws IOException {
        List<LabelChange> changes = new ArrayList<>();
        for (Path part : List.of(file, older)) {
            if (changes.size() >= limit) {
                break;
            }
            collect(tail(part), limit, keys, changes);
        }
        return List.copyOf(changes);
    }

    private static void collect(String text, int limit, Predicate<String> keys, List<LabelChange> changes) {
        int end = text.length();
        while (end > 0 && changes.size() < limit) {
            int start = text.lastIndexOf('\n', end - 1) + 1;
            parse(text.substring(start, end))
                    .filter(change -> keys.test(change.key()))
                    .ifPresent(changes::add);
            end = start - 1;
        }
    }

    /** The last part of a file, in case somebody put a giant one there. */
    private String tail(Path part) throws IOException {
        if (!Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (SeekableByteChannel channel = Files.newByteChannel(part)) {
            long from = Math.max(0, channel.size() - 2L * LARGEST_FILE);
            ByteBuffer bytes = ByteBuffer.allocate((int) (channel.size() - from));
            channel.position(from);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (NoSuchFileException rotatedAway) {
            return "";
        } catch (IOException unreadable) {
            throw new IOException("the history " + part + " cannot be read: " + reason(unreadable), unreadable);
        }
    }

    private static Optional<LabelChange> parse(String line) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    fields.put(name, json.getText());
                } else if (value != JsonToken.VALUE_NULL) {
                    return Optional.empty();
                }
            }
            return json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null
                    ? change(fields)
                    : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<LabelChange> change(Map<String, String> fields) {
        String time = fields.get("time");
        String key = fields.get("key");
        String cause = fields.get("cause");
        if (time == null || key == null || cause == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LabelChange(Instant.parse(time), key, fields.get("old"), fields.get("new"), cause));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "its directory does not exist";
            case AccessDeniedException denied -> "permission denied";
            default -> String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        };
    }
}
