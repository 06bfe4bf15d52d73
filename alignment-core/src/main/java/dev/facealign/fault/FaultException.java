package dev.facealign.fault;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A fault that its reader can understand and act on: the offending value and what was expected.
 *
 * <p>It is the one exception of the domain. Everything else that is thrown is a defect. The edge of
 * a service maps it to a status in one place.
 */
public final class FaultException extends RuntimeException {
  /** The reason of {@link #invalid(String, Object, String)}. */
  public static final String INVALID_VALUE = "INVALID_VALUE";

  private static final int LONGEST_VALUE = 200;

  private final FaultKind kind;
  private final String reason;
  private final @Nullable String field;

  private FaultException(
      FaultKind kind,
      String reason,
      @Nullable String field,
      String message,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.reason = reason;
    this.field = field;
  }

  /**
   * A value outside of its range; reason {@value #INVALID_VALUE}.
   *
   * @param field the value's name, such as {@code "loss.lambda"}
   * @param value the offending value; null where it is missing
   * @param expected what it should have been, such as {@code "> 0"}
   * @return a fault with the message {@code "loss.lambda: -1.0 (expected: > 0)"}
   */
  public static FaultException invalid(String field, @Nullable Object value, String expected) {
    return invalid(INVALID_VALUE, field, value, expected);
  }

  /**
   * A value outside of its range, with a reason of its own.
   *
   * @param reason a stable word for programs, such as {@code "IMAGE_UNREADABLE"}
   */
  public static FaultException invalid(
      String reason, String field, @Nullable Object value, String expected) {
    return new FaultException(
        FaultKind.INVALID_ARGUMENT, reason, field, sentence(field, value, expected), null);
  }

  /**
   * Something that was named but is not there.
   *
   * @param what its sort, such as {@code "model"}; the reason becomes {@code "MODEL_NOT_FOUND"}
   * @param id the name that was given
   * @param expected what would have been found
   */
  public static FaultException notFound(String what, String id, String expected) {
    return new FaultException(
        FaultKind.NOT_FOUND,
        what.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_") + "_NOT_FOUND",
        null,
        sentence(what, id, expected),
        null);
  }

  /**
   * Any other fault.
   *
   * @param reason a stable word for programs, such as {@code "SPLIT_EMPTY"}
   * @param message for people: the offending value and what was expected
   */
  public static FaultException of(FaultKind kind, String reason, String message) {
    return new FaultException(kind, reason, null, message, null);
  }

  /** The same with what brought it about. */
  public static FaultException of(
      FaultKind kind, String reason, String message, @Nullable Throwable cause) {
    return new FaultException(kind, reason, null, message, cause);
  }

  /** What the caller can do about it. */
  public FaultKind kind() {
    return kind;
  }

  /** A stable word for programs, such as {@code "IMAGE_UNREADABLE"}. */
  public String reason() {
    return reason;
  }

  /**
   * The offending field of an {@link FaultKind#INVALID_ARGUMENT}; null where it is no field's
   * fault.
   */
  public @Nullable String field() {
    return field;
  }

  /** The message, which is never missing. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  private static String sentence(String what, @Nullable Object value, String expected) {
    return what + ": " + printable(value) + " (expected: " + expected + ")";
  }

  /**
   * Values come from outside: they are shortened, and nothing in them may break a line of a log.
   */
  private static String printable(@Nullable Object value) {
    if (value == null) {
      return "missing";
    }
    String text = value.toString().replaceAll("\\p{Cntrl}", "?");
    if (text.isEmpty()) {
      return "empty";
    }
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }
}
