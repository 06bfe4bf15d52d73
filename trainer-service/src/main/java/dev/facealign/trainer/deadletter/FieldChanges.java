package dev.facealign.trainer.deadletter;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;

/**
 * Changes of a message, written as a message of the same type: what is set replaces, messages field
 * by field, lists and maps as a whole. (Protobuf's own merge appends to lists.)
 *
 * <p>What is not set changes nothing; so a field without presence cannot be put back to its zero,
 * and a list cannot be emptied.
 */
final class FieldChanges {
  private FieldChanges() {}

  /** Changes a message. */
  static void apply(Message.Builder to, Message changes) {
    changes
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (isOneMessage(field)) {
                apply(to.getFieldBuilder(field), (Message) value);
              } else {
                to.setField(field, value);
              }
            });
  }

  private static boolean isOneMessage(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE && !field.isRepeated();
  }
}
