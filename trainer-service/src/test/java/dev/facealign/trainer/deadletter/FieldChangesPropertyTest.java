package dev.facealign.trainer.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.TrainingJob;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Changes of jobs drawn at random from the contract's own descriptors. */
class FieldChangesPropertyTest {

  @Property(tries = 300)
  void withoutChangesNothingChanges(@ForAll long seed) {
    // Given
    TrainingJob job = random(seed);

    // When, Then
    assertThat(changed(job, TrainingJob.getDefaultInstance())).isEqualTo(job);
    assertThat(changed(TrainingJob.getDefaultInstance(), job)).isEqualTo(job);
  }

  @Property(tries = 300)
  void theSameChangesOnceMoreChangeNothing(@ForAll long seed, @ForAll long other) {
    // Given
    TrainingJob changes = random(other);
    TrainingJob once = changed(random(seed), changes);

    // When, Then
    assertThat(changed(once, changes)).isEqualTo(once);
    assertThat(changed(changes, changes)).isEqualTo(changes);
  }

  @Property(tries = 300)
  void eachFieldIsTheChangesWhereTheyHaveItAndTheOriginalsElsewhere(
      @ForAll long seed, @ForAll long other) {
    // Given
    TrainingJob original = random(seed);
    TrainingJob changes = random(other);

    // When
    TrainingJob result = changed(original, changes);

    // Then
    requireFields(result, original, changes);
  }

  private static void requireFields(Message result, Message original, Message changes) {
    for (FieldDescriptor field : result.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        boolean changed = changes.getRepeatedFieldCount(field) > 0;
        assertThat(result.getField(field))
            .as(field.getFullName())
            .isEqualTo((changed ? changes : original).getField(field));
      } else if (!changes.hasField(field)) {
        // A oneof's other member may have taken its place.
        boolean replaced =
            field.getContainingOneof() != null && changes.hasOneof(field.getContainingOneof());
        assertThat(result.hasField(field)).isEqualTo(!replaced && original.hasField(field));
        if (result.hasField(field)) {
          assertThat(result.getField(field)).isEqualTo(original.getField(field));
        }
      } else if (field.getJavaType() == JavaType.MESSAGE) {
        requireFields(
            (Message) result.getField(field),
            (Message) original.getField(field),
            (Message) changes.getField(field));
      } else {
        assertThat(result.getField(field)).isEqualTo(changes.getField(field));
      }
    }
  }

  @Property(tries = 300)
  void withoutListsItIsProtobufsOwnMerge(@ForAll long seed, @ForAll long other) {
    // Given
    TrainingJob original = random(seed);
    TrainingJob.Builder changes = random(other).toBuilder();
    clearLists(changes);

    // When, Then
    assertThat(changed(original, changes.build()))
        .isEqualTo(original.toBuilder().mergeFrom(changes.build()).build());
  }

  @Property(tries = 300)
  void changesOfChangesAreChanges(@ForAll long a, @ForAll long b, @ForAll long c) {
    // When, Then
    assertThat(changed(changed(random(a), random(b)), random(c)))
        .isEqualTo(changed(random(a), changed(random(b), random(c))));
  }

  @Example
  void listsAreReplacedAsAWhole() {
    // Given
    TrainingJob original =
        TrainingJob.newBuilder()
            .setEpochs(5)
            .setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_ACR).setLambda(-1))
            .setOptimiser(OptimiserSettings.newBuilder().addStepAt(0.9).addStepAt(0.5))
            .build();
    TrainingJob changes =
        TrainingJob.newBuilder()
            .setLoss(LossSettings.newBuilder().setLambda(2))
            .setOptimiser(OptimiserSettings.newBuilder().addStepAt(0.7))
            .build();

    // When, Then
    assertThat(changed(original, changes))
        .isEqualTo(
            TrainingJob.newBuilder()
                .setEpochs(5)
                .setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_ACR).setLambda(2))
                .setOptimiser(OptimiserSettings.newBuilder().addStepAt(0.7))
                .build());
  }

  private static TrainingJob changed(TrainingJob original, TrainingJob changes) {
    TrainingJob.Builder result = original.toBuilder();
    FieldChanges.apply(result, changes);
    return result.build();
  }

  private static void clearLists(Message.Builder message) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.isRepeated()) {
                message.clearField(field);
              } else if (field.getJavaType() == JavaType.MESSAGE) {
                clearLists(message.getFieldBuilder(field));
              }
            });
  }

  private static TrainingJob random(long seed) {
    TrainingJob.Builder job = TrainingJob.newBuilder();
    fill(job, new Random(seed));
    return job.build();
  }

  /** Sets about half of the fields. */
  private static void fill(Message.Builder message, Random random) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, value(message, field, random));
        }
      } else if (random.nextBoolean()) {
        message.setField(field, value(message, field, random));
      }
    }
  }

  private static Object value(Message.Builder message, FieldDescriptor field, Random random) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt(3);
      case LONG -> (long) random.nextInt(3);
      case FLOAT -> (float) random.nextInt(3);
      case DOUBLE -> (double) random.nextInt(3);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> random.nextInt(3) == 0 ? "" : "text-" + random.nextInt(3);
      case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(3)]);
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        yield type.getValues().get(random.nextInt(type.getValues().size()));
      }
      case MESSAGE -> {
        Message.Builder part = message.newBuilderForField(field);
        fill(part, random);
        yield part.build();
      }
    };
  }
}
