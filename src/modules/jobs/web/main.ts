import '../../../web/styles.css';
import { createApp } from 'vue';
import JobsPage from './JobsPage.vue';

createApp(JobsPage).mount('#app');
