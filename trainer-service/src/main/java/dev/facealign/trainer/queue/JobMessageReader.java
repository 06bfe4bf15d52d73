package dev.facealign.trainer.queue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.TrainingJob;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads a job from its record: protobuf binary, or proto3 JSON. */
public final class JobMessageReader {
  private static final Pattern USABLE_KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private final JsonFormat.Parser json = JsonFormat.parser().ignoringUnknownFields();

  /**
   * The job in a record.
   *
   * <p>A record without a content-type header whose first character is an opening brace is read as
   * JSON too: 0x7B would be a group tag, which no TrainingJob begins with, and console producers
   * cannot always set headers.
   *
   * @throws FaultException INVALID_ARGUMENT where it is neither
   */
  public TrainingJob read(JobMessage message) {
    String contentType = message.contentType().toLowerCase(Locale.ROOT);
    if (contentType.startsWith("application/json")
        || (contentType.isEmpty() && looksLikeJson(message.value()))) {
      return readJson(message.value());
    }
    if (!contentType.isEmpty()
        && !contentType.startsWith("application/x-protobuf")
        && !contentType.startsWith("application/protobuf")) {
      throw FaultException.invalid(
          "content-type", message.contentType(), "application/json or application/x-protobuf");
    }
    try {
      return TrainingJob.parseFrom(message.value());
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.invalid(
          "value", message.value().size() + " bytes", "a protobuf TrainingJob: " + e.getMessage());
    }
  }

  /**
   * The id of a job that names none itself: the record's key where it can be one, else its place.
   */
  public static String idWithoutOne(JobMessage message) {
    return USABLE_KEY.matcher(message.key()).matches() ? message.key() : idByPlace(message);
  }

  /** The id of what is no job: its place. The key may be that of a good job. */
  public static String idByPlace(JobMessage message) {
    return (message.place().topic().equals(Topics.URGENT_TRAINING_JOBS) ? "urgent-job-" : "job-")
        + message.place().partition()
        + "-"
        + message.place().offset();
  }

  private TrainingJob readJson(ByteString value) {
    if (!value.isValidUtf8()) {
      throw FaultException.invalid(
          "value", value.size() + " bytes", "a TrainingJob in JSON, in UTF-8");
    }
    String text = value.toStringUtf8();
    JsonEnums.requireKnown(text, TrainingJob.getDescriptor());
    TrainingJob.Builder job = TrainingJob.newBuilder();
    try {
      json.merge(text, job);
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.invalid(
          "value", value.size() + " bytes", "a TrainingJob in JSON: " + e.getMessage());
    }
    return job.build();
  }

  private static boolean looksLikeJson(ByteString value) {
    for (byte b : value) {
      if (!Character.isWhitespace(b)) {
        return b == '{';
      }
    }
    return false;
  }
}
