package dev.rwo.hardware.probe;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Remembers everything that a probe has looked at. */
class Tape implements Witness {
    final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
    final Map<String, List<String>> lists = new ConcurrentSkipListMap<>();
    final Map<String, String> links = new ConcurrentSkipListMap<>();
    final Map<String, Boolean> directories = new ConcurrentSkipListMap<>();
    final Map<String, String> refusals = new ConcurrentSkipListMap<>();

    @Override
    public void read(String path, byte[] content) {
        // The same file may be read twice with different limits: the longer content holds the shorter.
        files.merge(path, content, (one, other) -> one.length >= other.length ? one : other);
    }

    @Override
    public void listed(String path, List<String> names) {
        lists.merge(path, names, (one, other) -> one.size() >= other.size() ? one : other);
    }

    @Override
    public void linked(String path, String target) {
        links.put(path, target);
    }

    @Override
    public void present(String path, boolean directory) {
        directories.put(path, directory);
    }

    @Override
    public void refused(String path, String reason) {
        refusals.put(path, reason);
    }
}
