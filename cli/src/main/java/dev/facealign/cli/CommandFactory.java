package dev.facealign.cli;

import dev.facealign.cli.invocation.Invocation;
import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes commands, which take the invocation in their constructor. */
final class CommandFactory implements IFactory {
  private final Invocation invocation;
  private final IFactory others = CommandLine.defaultFactory();

  CommandFactory(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      Class<?>[] parameters = constructor.getParameterTypes();
      if (parameters.length == 1 && parameters[0] == Invocation.class) {
        constructor.setAccessible(true);
        return type.cast(constructor.newInstance(invocation));
      }
    }
    return others.create(type);
  }
}
