package dev.facealign.cli.standalone;

/**
 * One process of a service; of the trainer there may be several.
 *
 * @param number from 1; the first is where clients look for the service
 */
record ServiceProcess(SuiteService service, int number) {

  /** Its name, which is also its log's: "trainer-service", "trainer-service-2". */
  String name() {
    return number == 1 ? service.module() : service.module() + "-" + number;
  }
}
