package dev.rwo.hardware.yaml;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often an expression's innermost part is written out when {@code (a{10}){10}} is unrolled, which is what costs
 * memory when it is compiled.
 */
final class RepeatCounts {
    private RepeatCounts() {}

    /** The largest product of nested counts; never too low, capped at a million. */
    static long largestProduct(String expression) {
        Deque<Long> inner = new ArrayDeque<>();
        long largest = 1;
        long last = 1;
        for (int at = 0; at < expression.length(); at++) {
            char c = expression.charAt(at);
            if (c == '\\') {
                at++;
                last = 1;
            } else if (c == '[') {
                at = endOfClass(expression, at);
                last = 1;
            } else if (c == '(') {
                inner.push(largest);
                largest = 1;
            } else if (c == ')') {
                last = largest;
                largest = inner.isEmpty() ? largest : Math.max(largest, inner.pop());
            } else if (c == '{') {
                last = Math.min(1_000_000, last * count(expression, at));
                largest = Math.max(largest, last);
            } else if (c != '}' && c != ',' && !Character.isDigit(c)) {
                last = 1;
            }
        }
        while (!inner.isEmpty()) {
            largest = Math.max(largest, inner.pop());
        }
        return largest;
    }

    private static int endOfClass(String expression, int open) {
        int at = open + 1;
        if (at < expression.length() && expression.charAt(at) == '^') {
            at++;
        }
        if (at < expression.length() && expression.charAt(at) == ']') {
            at++;
        }
        while (at < expression.length() && expression.charAt(at) != ']') {
            at += expression.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    private static long count(String expression, int brace) {
        long highest = 1;
        long number = 0;
        for (int at = brace + 1; at < expression.length(); at++) {
            char c = expression.charAt(at);
            if (c >= '0' && c <= '9') {
                number = Math.min(1_000_000, number * 10 + (c - '0'));
                highest = Math.max(highest, number);
            } else if (c == ',') {
                number = 0;
            } else {
                break;
            }
        }
        return highest;
    }
}
