import { Button } from "@mantine/core";
import { IconBox, IconPlus, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { datasetsQuery } from "@/api/datasets";
import { itemsOf } from "@/api/pages";
import { useMay } from "@/api/permissions";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { Needs } from "@/ui/Needs";
import { EmptyState } from "@/ui/States";
import { trainExamples } from "./code";
import classes from "./Models.module.css";

/** The way from nothing to a first trained version, its next step first. */
export function FirstModel({ project }: { project: string }) {
  const may = useMay();
  const datasets = useInfiniteQuery({
    ...datasetsQuery(project, { sort: "updated_at", order: "desc" }),
    enabled: may("project:datasets:read") === true,
  });
  const hasData = itemsOf(datasets.data).length > 0;
  const upload = (
    <Needs permission="project:datasets:write">
      <Button
        variant={hasData ? "default" : "filled"}
        leftSection={<IconUpload size={15} />}
        renderRoot={(props) => (
          <Link to="/p/$project/datasets" params={{ project }} search={{ upload: true }} {...props} />
        )}
      >
        Upload a table
      </Button>
    </Needs>
  );
  const train = (
    <Needs permission="project:models:train">
      <Button
        leftSection={<IconPlus size={15} />}
        renderRoot={(props) => <Link to="/p/$project/models/new" params={{ project }} {...props} />}
      >
        Train the first version
      </Button>
    </Needs>
  );
  return (
    <>
      <EmptyState
        icon={IconBox}
        title="No models yet"
        action={
          <div className={classes.steps}>
            {hasData && train}
            {upload}
          </div>
        }
      >
        A model is a repository of versions. Upload a table, choose the column to predict, and start: each training
        becomes a version, kept with its config, metrics, files and log.
      </EmptyState>
      <ExamplesBelow
        intro="Or from code, with a table of your own:"
        label="Train from code"
        examples={trainExamples(project, "iris")}
      />
    </>
  );
}
