package dev.facealign.cli.invocation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a command cannot go on, in words for its user: one line that names the offending value and
 * what was expected or what to do next. The command line prints it without a stack trace and exits
 * with 1.
 */
public final class CommandFailure extends RuntimeException {
  private final List<String> details;

  public CommandFailure(String message) {
    this(message, List.of(), null);
  }

  public CommandFailure(String message, @Nullable Throwable cause) {
    this(message, List.of(), cause);
  }

  /**
   * @param details further lines, such as the end of a log
   */
  public CommandFailure(String message, List<String> details, @Nullable Throwable cause) {
    super(message, cause);
    this.details = List.copyOf(details);
  }

  /** Lines to print below the message. */
  public List<String> details() {
    return details;
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
